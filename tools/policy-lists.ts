/**
 * The lists of the prompt policy, plainly. WARNING: slurs and worse, for whoever keeps the lists.
 *
 *   node tools/policy-lists.ts            every list, a line of its group and language, then its terms
 *   node tools/policy-lists.ts GROUP      the lists of one group
 *   node tools/policy-lists.ts --rot13    standard input to rot13 or back, for editing a list
 */
import { text } from 'node:stream/consumers'
import { listsOf } from '../src/safety/lists/lists.ts'
import { rot13 } from '../src/safety/lists/rot13.ts'

const [wanted] = process.argv.slice(2)
if (wanted === '--rot13') process.stdout.write(rot13(await text(process.stdin)))
else {
  for (const { group, language, ownLanguageOnly, terms } of listsOf(
    wanted === undefined ? undefined : new Set([wanted]),
  )) {
    console.log(`# ${group} (${language}${ownLanguageOnly ? ', in its own language only' : ''})`)
    for (const term of terms.split(',')) console.log(term.trim().replace(/\s+/g, ' '))
    console.log()
  }
}
