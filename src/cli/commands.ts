/** Every command, each loaded only when it is called: what one needs is not paid for by the others. */
import type { Command, CommandGroup } from './command.ts'

export type CommandTable = Readonly<Record<string, () => Promise<{ readonly command: Command | CommandGroup }>>>

/** In the order of `neuf --help`. `neuf PROMPT` is `neuf generate PROMPT`. */
export const commands: CommandTable = {
  generate: () => import('./generate.ts'),
  redraw: () => import('./redraw.ts'),
  score: () => import('./score.ts'),
  credits: () => import('./credits.ts'),
  models: () => import('./models.ts'),
  art: () => import('./art.ts'),
  corpus: () => import('./corpus.ts'),
  train: () => import('./train.ts'),
  'train-verifier': () => import('./train-verifier.ts'),
  evaluate: () => import('./evaluate.ts'),
  serve: () => import('./serve.ts'),
  worker: () => import('./worker.ts'),
}
