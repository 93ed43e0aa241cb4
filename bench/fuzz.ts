/**
 * Sends a server requests of every kind, made from its own OpenAPI document, and looks at what it answers.
 *
 *     npm run bench -- fuzz [--seconds 600] [--seed 1] [--lanes 2] [--model NAME|FOLDER] [--database URL|own]
 *
 * The same seed sends the same requests, but for ids. Each lane is a seed of its own. Findings are printed with the request: a fault
 * of the server's own (5xx), no answer, an answer of another shape than the document tells, a word of its folders, a line in its
 * log, other pictures afterwards. For each operation it prints how often it answered with which status (0: not at all, where none
 * was owed). Last line: JSON with `cases`, `findings`, `died`, `seconds`.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { writeRandomModel } from '../src/families/testing/random-model.ts'
import { fuzz, isNews } from '../src/server/testing/fuzz/fuzz.ts'
import { startNeuf } from '../src/server/testing/processes.ts'
import { untilReady, wholeNumber, withDatabase } from './measure/server-bench.ts'

const tokensOfLane = 8
const secondsToAnswer = 60

export async function bench(): Promise<void> {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: {
      seconds: { type: 'string', default: '600' },
      seed: { type: 'string', default: '1' },
      lanes: { type: 'string', default: '2' },
      model: { type: 'string' },
      database: { type: 'string' },
    },
  })
  const seconds = wholeNumber('--seconds', values.seconds)
  const seed = wholeNumber('--seed', values.seed)
  const lanes = wholeNumber('--lanes', values.lanes)
  const folder = await mkdtemp(join(tmpdir(), 'neuf-bench-'))
  // Unless told, a model of random weights: it draws at once, and pictures are not what this is about.
  const model = values.model ?? join(folder, 'model')
  if (values.model === undefined) await writeRandomModel(model)
  const tokens = Array.from({ length: lanes * tokensOfLane }, (_, i) => `secret-of-the-client-${i}`)
  try {
    await withDatabase(values.database, async ({ databaseUrl, schema }) => {
      const environment = {
        DATABASE_URL: databaseUrl ?? '',
        NEUF_SCHEMA: schema,
        NEUF_TOKEN: tokens.map((token, i) => `client-${i}=${token}`).join(),
      }
      const argv = ['serve', '--port', '0', '--queue-seconds', '20', '--model', model, '--data', join(folder, 'data')]
      const server = await startNeuf(argv, { environment })
      try {
        await untilReady(server.url)
        const since = performance.now()
        const goesOn = () => performance.now() - since < 1000 * seconds && !server.ended
        const outcomes = await Promise.all(
          Array.from({ length: lanes }, (_, lane) =>
            fuzz({
              url: server.url,
              tokens: tokens.slice(lane * tokensOfLane, (lane + 1) * tokensOfLane),
              seed: seed + lane,
              goesOn,
              secrets: [folder],
              patience: secondsToAnswer,
            }),
          ),
        )
        for (const [lane, { findings }] of outcomes.entries()) {
          for (const { number, what, request, answer } of findings) {
            console.log(`seed ${seed + lane}, case ${number}: ${what}\n${request}\n--\n${answer}\n`)
          }
        }
        const faults = server
          .errors()
          .split('\n')
          .filter((line) => line !== '' && !isNews(line))
        if (faults.length > 0) console.log(`its log:\n${faults.join('\n')}`)
        const findings = outcomes.reduce((sum, one) => sum + one.findings.length, faults.length)
        const answers: Record<string, Record<string, number>> = {}
        for (const [operation, by] of outcomes.flatMap((one) => [...one.answers])) {
          const all = answers[operation] ?? {}
          answers[operation] = all
          for (const [status, count] of by) all[status] = (all[status] ?? 0) + count
        }
        for (const [operation, by] of Object.entries(answers)) console.log(operation, JSON.stringify(by))
        const cases = outcomes.reduce((sum, one) => sum + one.cases, 0)
        console.log(JSON.stringify({ cases, findings, died: server.ended, seconds }))
        if (findings > 0 || server.ended) process.exitCode = 1
      } finally {
        await server.end('SIGTERM')
      }
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
