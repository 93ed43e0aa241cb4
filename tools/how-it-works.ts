/**
 * What docs/how-it-works.md quotes, from the model as it is: `node tools/how-it-works.ts PROMPT SEED [MODEL]`. Run it
 * after every change of the weights, and bring the page in line.
 */
import { openDalleMini } from '../src/families/dalle-mini/open.ts'
import { readSettings } from '../src/families/dalle-mini/settings.ts'
import { readPrompt } from '../src/generate/prompt.ts'
import { createParameters, input, lower, softmax } from '../src/graph/index.ts'
import { findModel } from '../src/models/find-model.ts'
import { openModel } from '../src/models/model-folder.ts'
import { generator, startToken } from '../src/networks/dalle-mini.ts'
import { gridOf } from '../src/networks/image-tokenizer.ts'
import { createNodeEngine } from '../src/runtime/node/engine.ts'
import { createTokenizer } from '../src/text/tokenizer.ts'

const [text = 'a kangaroo made of cheese', seedText = '1', name = 'pictogram-tiny'] = process.argv.slice(2)
const seed = Number(seedText)
const candidates = 32

const model = await openModel(await findModel(name, { environment: process.env, folder: process.cwd() }))
const { generator: settings, imageTokenizer } = readSettings(model)
const engine = createNodeEngine()
const open = await openDalleMini(model, engine)
const read = readPrompt(text, open.prompts)
const prompt = read.normalisedPrompt

const vocabulary = JSON.parse(new TextDecoder().decode(await model.file('tokenizer.json')))
const tokenizer = createTokenizer(vocabulary, { length: settings.textLength })
const piece = new Map(Object.entries(vocabulary.model.vocab as Record<string, number>).map(([word, id]) => [id, word]))
const { ids, mask } = tokenizer.encode(prompt)
const pieces = ids.filter((_, i) => mask[i] === 1).map((id) => `${id}:${JSON.stringify(piece.get(id))}`)
console.log(`text tokens\n${pieces.join(' ').replaceAll('Ġ', ' ')}\n`)

const parameters = createParameters()
const logits = generator(parameters, settings, {
  text: input('text', [2, settings.textLength], 'int32'),
  visible: input('visible', [2, settings.textLength]),
  shifted: input('shifted', [2, 1], 'int32'),
})
const session = await engine.load(lower({ probabilities: softmax(logits) }, await model.weights('generator')), {
  keepWeights: true,
})
const both = [tokenizer.encode(prompt), tokenizer.encode('')]
const { probabilities } = await session.run(
  {
    text: { type: 'int32', shape: [2, settings.textLength], data: Int32Array.from(both.flatMap((one) => one.ids)) },
    visible: {
      type: 'float32',
      shape: [2, settings.textLength],
      data: Float32Array.from(both.flatMap((one) => one.mask)),
    },
    shifted: { type: 'int32', shape: [2, 1], data: new Int32Array(2).fill(startToken(settings)) },
  },
  { fetch: ['probabilities'] },
)
for (const [row, what] of ['with the prompt', 'empty prompt   '].entries()) {
  const { imageVocabulary } = settings
  const own = (probabilities!.data as Float32Array).subarray(row * imageVocabulary, (row + 1) * imageVocabulary)
  const best = [...own.keys()].sort((a, b) => own[b]! - own[a]!).slice(0, 6)
  console.log(`${what}   ${best.map((code) => `${code} ${(100 * own[code]!).toFixed(1)}%`).join(', ')}`)
}

const drawn: Uint16Array[] = []
const indices = [...Array(candidates).keys()]
for await (const event of open.sampler.sample({ prompt, seed, sampling: open.defaults, indices })) {
  if (event.kind === 'candidate') drawn[event.candidate.index] = event.candidate.tokens
}
const [rows, columns] = gridOf(imageTokenizer)
console.log('\ntokens of candidate 0')
for (let row = 0; row < rows; row++) {
  const line = [...drawn[0]!.subarray(row * columns, (row + 1) * columns)]
  console.log(line.map((code) => String(code).padStart(5)).join(''))
}

const pictures = open.scorer.reads === 'pixels' ? await open.sampler.decode(drawn) : []
const scores = await open.scorer.score(
  read,
  drawn.map((tokens, i) => ({ tokens, picture: pictures[i] })),
)
const order = indices.toSorted((a, b) => scores[b]!.score - scores[a]!.score)
console.log('\ncandidate: score, probability of a match')
for (let at = 0; at < order.length; at += 8) {
  const said = (index: number): string => {
    const { score, matchProbability } = scores[index]!
    const likely = matchProbability === null ? '' : ` ${Math.round(100 * matchProbability)}%`
    return `${String(index).padStart(2)}: ${score.toFixed(1)}${likely}`
  }
  console.log(
    order
      .slice(at, at + 8)
      .map(said)
      .join('   '),
  )
}
await engine.dispose()
