import { ChildProcessWithoutNullStreams, execFileSync, spawn } from 'child_process';
import { join } from 'path';
import { createInterface } from 'readline';

const BUILD_MILLIS = 5 * 60 * 1000;

export interface Question {
  readonly event: unknown;
  readonly pattern: unknown;
}

/** AWS's own matcher in a JVM of its own. */
export class RulerOracle {
  public static start(): RulerOracle {
    execFileSync('mvn', ['--quiet', '--batch-mode', 'compile'], { cwd: __dirname, stdio: ['ignore', 'inherit', 'inherit'], timeout: BUILD_MILLIS });
    const classes = [join(__dirname, 'target/classes'), join(__dirname, 'target/dependency/*')].join(':');
    return new RulerOracle(spawn('java', ['-cp', classes, 'oracle.RulerOracle'], { stdio: 'pipe' }));
  }

  private readonly waiting: ((answer: string) => void)[] = [];
  private failure = '';

  private constructor(private readonly jvm: ChildProcessWithoutNullStreams) {
    createInterface({ input: jvm.stdout }).on('line', (line) => this.waiting.shift()?.(line));
    jvm.stderr.on('data', (chunk) => (this.failure += String(chunk)));
    jvm.on('exit', () => this.waiting.splice(0).forEach((answer) => answer(`error the oracle stopped: ${this.failure}`)));
  }

  /** `true`, `false` or `error ...` for each question, in order. */
  public async ask(questions: readonly Question[]): Promise<string[]> {
    const answers = questions.map(() => new Promise<string>((resolve) => this.waiting.push(resolve)));
    this.jvm.stdin.write(questions.map((question) => `${JSON.stringify(question)}\n`).join(''));
    return Promise.all(answers);
  }

  public stop(): void {
    this.jvm.stdin.end();
    this.jvm.kill();
  }
}
