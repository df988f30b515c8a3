use zed_extension_api::{self as zed, settings::LspSettings, LanguageServerId, Result};

struct KongLsp;

impl zed::Extension for KongLsp {
    fn new() -> Self {
        KongLsp
    }

    fn language_server_command(
        &mut self,
        id: &LanguageServerId,
        worktree: &zed::Worktree,
    ) -> Result<zed::Command> {
        let binary = LspSettings::for_worktree(id.as_ref(), worktree)?.binary;
        let command = binary
            .as_ref()
            .and_then(|binary| binary.path.clone())
            .or_else(|| worktree.which("kong-lsp"))
            .ok_or("kong-lsp is not on the PATH: pipx install kong-lsp")?;
        let args = binary
            .and_then(|binary| binary.arguments)
            .unwrap_or_else(|| vec!["serve".into()]);
        Ok(zed::Command { command, args, env: worktree.shell_env() })
    }
}

zed::register_extension!(KongLsp);
