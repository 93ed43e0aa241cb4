/** Faults as AUTOMATIC1111's clients expect them: its own object, and FastAPI's list of what is wrong with a body (422). */
import type { Manners } from '../http/route.ts'
import type { FaultyField, ToldFault } from '../public-fault.ts'

/** FastAPI's (pydantic's) names of what is wrong with a value. */
const types = {
  missing: 'missing',
  type: 'type_error',
  above: 'less_than_equal',
  below: 'greater_than_equal',
  long: 'string_too_long',
  value: 'value_error',
} as const

const detailOf = ({ fault }: ToldFault, { path, wrong }: FaultyField) => [
  { type: types[wrong], loc: ['body', ...path], msg: fault.message },
]

export const manners: Manners = {
  under: '/sdapi/',
  refuse(told) {
    const { fault, field } = told
    const wrong = fault.code === 'body-malformed' || fault.code === 'option-value'
    const status = wrong ? 422 : told.status
    const detail = wrong ? detailOf(told, field ?? { path: [], wrong: 'value' }) : fault.message
    const error = wrong ? 'RequestValidationError' : 'HTTPException'
    const headers = new Headers(status === 401 ? { 'www-authenticate': 'Basic' } : {})
    return Response.json({ error, detail, body: '', errors: fault.message }, { status, headers })
  },
}
