/** Which words a model knows, asked without loading its networks. */
import { defaultModel, findModel } from '../models/find-model.ts'
import { openModel } from '../models/model-folder.ts'
import { likelySlips } from '../text/likely-slips.ts'
import { unknownWords } from '../text/unknown-words.ts'
import { readWordList } from '../text/word-list.ts'
import type { Context } from './command.ts'

/** Whether the model's captions held the word, and not just as a slip for another (`tarin` for `train`). */
export async function hasMet(word: string, context: Context, model = defaultModel): Promise<boolean> {
  try {
    const { file } = await openModel(await findModel(model, context))
    const words = readWordList(JSON.parse(new TextDecoder().decode(await file('words.json'))))
    return unknownWords(word, words).length + likelySlips(word, words).length === 0
  } catch {
    // There is no such model, or it does not tell its words: none is known.
    return false
  }
}
