import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How long a server that was told to end may take. */
const PATIENCE = 2_000;

/** A server's process that runs already, for a client that is yet to be loaded. */
export class ServerProcess {
  private readonly child: ChildProcessWithoutNullStreams;

  /** `told` is given each line that the process writes beside the protocol, and how it ended. */
  constructor(command: string, args: readonly string[], told: (line: string) => void) {
    this.child = spawn(command, args, { cwd: __dirname });
    this.child.on('error', (error) => told(String(error)));
    this.child.on('exit', (code, signal) => {
      if (code !== 0 && !this.child.killed) {
        told(`The server ended with ${signal ?? code}`);
      }
    });
    this.child.stdin.on('error', () => {}); // how it ended is told
    createInterface({ input: this.child.stderr }).on('line', told);
  }

  /** What a client reads and writes; throws where the process has ended. */
  streams(): { reader: NodeJS.ReadableStream; writer: NodeJS.WritableStream } {
    const { pid, exitCode, signalCode, stdout, stdin } = this.child;
    if (pid === undefined || exitCode !== null || signalCode !== null) {
      throw new Error('its process has ended');
    }
    return { reader: stdout, writer: stdin };
  }

  /** Ends it, unless it does so by itself as its client leaves. */
  end(): void {
    const timer = setTimeout(() => {
      this.child.stdin.destroy(); // a launcher's own child is not killed, and reads this too
      this.child.kill();
    }, PATIENCE);
    this.child.once('exit', () => clearTimeout(timer));
  }
}
