;;; kong-lsp.el --- Kong plugins in Emacs, with Eglot or lsp-mode  -*- lexical-binding: t -*-

;; Have kong-lsp on your PATH, put this file in a folder of your `load-path', and
;; (require 'kong-lsp) in your init file.  Eglot is used where it is there (Emacs 29 has it;
;; older ones install it), else lsp-mode.  lua-mode and yaml-mode are used where installed.

;;; Code:

(if (fboundp 'lua-mode)
    (define-derived-mode kong-lsp-rockspec-mode lua-mode "Rockspec" "For rockspecs.")
  (define-derived-mode kong-lsp-rockspec-mode prog-mode "Rockspec" "For rockspecs."))
(define-derived-mode kong-lsp-conf-mode conf-unix-mode "Kong conf" "For kong.conf.")
(define-derived-mode kong-lsp-yaml-mode prog-mode "YAML" "Where no mode for YAML is installed.")

(add-to-list 'auto-mode-alist '("\\.rockspec\\'" . kong-lsp-rockspec-mode))
(add-to-list 'auto-mode-alist '("/kong\\.conf[^/]*\\'" . kong-lsp-conf-mode))
(unless (or (fboundp 'yaml-mode) (fboundp 'yaml-ts-mode))
  (add-to-list 'auto-mode-alist '("\\.ya?ml\\'" . kong-lsp-yaml-mode)))

(defvar kong-lsp-modes
  '(kong-lsp-rockspec-mode kong-lsp-conf-mode kong-lsp-yaml-mode yaml-mode yaml-ts-mode
    dockerfile-mode dockerfile-ts-mode lua-mode lua-ts-mode)
  "The modes in which the server is started, in folders of Kong.
Eglot runs one server for a mode: take out those for which you have another one.")

(defconst kong-lsp--files "\\.rockspec\\'\\|\\`rockspecs\\'\\|\\`kong\\.conf\\|\\`kong.*\\.ya?ml\\'"
  "What shows that a folder is Kong's.")

(defun kong-lsp-root (&optional folder)
  "The nearest folder above FOLDER that is Kong's; nil where none is."
  (locate-dominating-file
   (or folder default-directory)
   (lambda (each) (and (file-directory-p each) (directory-files each nil kong-lsp--files t)))))

(defvar eglot-server-programs)
(defun kong-lsp-maybe ()
  "Start the server for this buffer, where it is in a folder of Kong."
  (when (and buffer-file-name (memq major-mode kong-lsp-modes) (kong-lsp-root))
    (cond ((fboundp 'eglot-ensure)
           (require 'eglot)
           (setq-local eglot-server-programs
                       (cons (list major-mode "kong-lsp" "serve") eglot-server-programs))
           (eglot-ensure))
          ((fboundp 'lsp-deferred) (lsp-deferred)))))

(dolist (mode kong-lsp-modes)
  (add-hook (intern (format "%s-hook" mode)) #'kong-lsp-maybe))

(declare-function lsp-register-client "ext:lsp-mode")
(declare-function make-lsp-client "ext:lsp-mode")
(declare-function lsp-stdio-connection "ext:lsp-mode")
(defvar lsp-language-id-configuration)
(with-eval-after-load 'lsp-mode
  (add-to-list 'lsp-language-id-configuration '(kong-lsp-rockspec-mode . "lua"))
  (add-to-list 'lsp-language-id-configuration '(kong-lsp-conf-mode . "conf"))
  (add-to-list 'lsp-language-id-configuration '(kong-lsp-yaml-mode . "yaml"))
  (lsp-register-client
   (make-lsp-client
    :new-connection (lsp-stdio-connection '("kong-lsp" "serve"))
    :activation-fn (lambda (file _) (kong-lsp-root (file-name-directory file)))
    :add-on? t
    :server-id 'kong-lsp)))

(provide 'kong-lsp)
;;; kong-lsp.el ends here
