/** The OpenAPI 3.1 document, made from the routes and the very schemas that check requests. */
import { z } from 'zod'
import type { Answer, Route } from './route.ts'
import { sessionCookieName } from './session.ts'

type Json = Readonly<Record<string, unknown>>

/** The document for these routes. */
export function openApi(routes: readonly Route[], { version }: { readonly version: string }): Json {
  const components: Record<string, unknown> = {}
  const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
    const { $schema: _, $defs = {}, ...own } = z.toJSONSchema(schema, { io }) as { $defs?: Json } & Json
    // Every schema with an id of its own stands among the definitions, this one too, and is referred to.
    for (const [name, definition] of Object.entries($defs)) components[name] = relocated(definition)
    return relocated(own)
  }
  const contentOf = (types: Answer['types'] = {}) =>
    Object.fromEntries(
      Object.entries(types).map(([type, schema]) => {
        if (schema === 'binary') return [type, { schema: { type: 'string', format: 'binary' } }]
        // JSON as text is of a shape that is told elsewhere: any.
        const text = type === 'application/json' ? {} : { type: 'string' }
        return [type, { schema: schema === 'text' ? text : schemaOf(schema, 'output') }]
      }),
    )
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    const { method, path, name, summary, body, bodyOptions, query, answers, open } = route
    const bodyType = bodyOptions?.multipart ? 'multipart/form-data' : 'application/json'
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => {
      return { name: parameter, in: 'path', required: true, schema: { type: 'string' } }
    })
    paths[path] ??= {}
    paths[path][method] = {
      operationId: name,
      summary,
      ...(open ? { security: [] } : {}),
      parameters: [...inPath, ...(query === undefined ? [] : queryParameters(query))],
      ...(body !== undefined && {
        requestBody: { required: true, content: { [bodyType]: { schema: schemaOf(body, 'input') } } },
      }),
      responses: Object.fromEntries(
        Object.entries(answers).map(([status, { says, types }]) => {
          return [status, { description: says, ...(types !== undefined && { content: contentOf(types) }) }]
        }),
      ),
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'neuf', version, description: 'Prompts to pictures. Errors have one shape everywhere: Error.' },
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: sessionCookieName },
      },
    },
    security: [{ token: [] }, { session: [] }],
  }
}

/** References among schemas point into the document. */
function relocated(schema: unknown): Json {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'))
}

function queryParameters(query: z.ZodType): Json[] {
  const { properties = {} } = z.toJSONSchema(query, { io: 'input' }) as { properties?: Json }
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: false, schema }))
}
