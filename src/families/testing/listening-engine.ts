/** An engine that writes down what its graphs return: how a test sees inside a sampler. */
import type { Engine, Value } from '../../runtime/index.ts'

export type Heard = { readonly inputs: readonly string[]; readonly values: Readonly<Record<string, Value>> }

/** `heard` gets a copy of every run's fetched values. */
export function listenTo(engine: Engine, heard: Heard[]): Engine {
  return {
    ...engine,
    async load(graph, options) {
      const session = await engine.load(graph, options)
      return {
        ...session,
        async run(inputs, runOptions) {
          const names = Object.keys(inputs)
          const values = await session.run(inputs, runOptions)
          const copies = Object.entries(values).map(([name, { type, shape, data }]): [string, Value] => {
            return [name, { type, shape: [...shape], data: data.slice() as Value['data'] }]
          })
          heard.push({ inputs: names, values: Object.fromEntries(copies) })
          return values
        },
      }
    },
  }
}
