import { type ChildProcess, spawn } from 'node:child_process';

/** How long a server that was told to end may take. */
const PATIENCE = 2_000;

/** A server's process that runs already, for a client that is yet to be loaded. */
export class ServerProcess {
  private current: ChildProcess;
  private taken = false;

  constructor(
    private readonly command: string,
    private readonly args: readonly string[],
    private readonly told: (line: string) => void,
  ) {
    this.current = this.begin();
  }

  /** The process at first, another one each time after: a client asks anew after a crash. */
  async take(): Promise<ChildProcess> {
    if (this.taken) {
      this.current = this.begin();
    }
    this.taken = true;
    if (this.current.pid === undefined) {
      throw new Error(`${this.command} cannot be run`);
    }
    return this.current;
  }

  /** Ends what does not end by itself now that its client has left. */
  end(): void {
    const { current } = this;
    const timer = setTimeout(() => current.kill(), this.taken ? PATIENCE : 0);
    current.once('exit', () => clearTimeout(timer));
  }

  private begin(): ChildProcess {
    const begun = spawn(this.command, this.args, { cwd: __dirname });
    begun.on('error', (error) => this.told(String(error)));
    begun.on('exit', (code, signal) => {
      if (code !== 0) {
        this.told(`The server ended with ${signal ?? code}`);
      }
    });
    return begun;
  }
}
