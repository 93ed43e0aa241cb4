/** Faults as OpenAI's clients expect them: `{"error": {"message", "type", "param", "code"}}`, with a status that they turn into a class. */
import type { FaultCode } from '../../errors/errors.ts'
import type { Manners } from '../http/route.ts'
import type { ToldFault } from '../public-fault.ts'

/** What a client is told where its own names differ from the table's. A status is the fault's own unless given here. */
type Told = { readonly code: string; readonly type?: string; readonly status?: number }

const invalid = 'invalid_request_error'

const told: Partial<Record<FaultCode, Told>> = {
  'prompt-refused': { code: 'content_policy_violation', status: 400 },
  'prompt-too-long': { code: 'string_above_max_length', status: 400 },
  'prompt-empty': { code: 'invalid_value' },
  'prompt-control-characters': { code: 'invalid_value' },
  'option-value': { code: 'invalid_value' },
  'body-malformed': { code: 'invalid_value' },
  'body-too-large': { code: 'payload_too_large' },
  'media-type': { code: 'unsupported_content_type' },
  'model-cannot-encode': { code: 'model_cannot_encode', status: 400 },
  'upload-unreadable': { code: 'invalid_image_file', status: 400 },
  unauthorised: { code: 'invalid_api_key' },
  'host-refused': { code: 'host_refused', type: 'permission_error' },
  'origin-refused': { code: 'origin_refused', type: 'permission_error' },
  'route-missing': { code: 'unknown_url' },
  'method-refused': { code: 'method_not_allowed' },
  'queue-full': { code: 'queue_full', type: 'rate_limit_error' },
  'too-many-requests': { code: 'rate_limit_exceeded', type: 'rate_limit_error' },
  stopping: { code: 'shutting_down' },
  'worker-lost': { code: 'worker_crashed' },
}

const wrongly = {
  missing: 'missing_required_parameter',
  type: 'invalid_type',
  above: 'integer_above_max_value',
  below: 'integer_below_min_value',
  long: 'string_above_max_length',
  value: 'invalid_value',
} as const

/** The core's names of what may be wrong, as these clients send it. */
const parameters: Readonly<Record<string, string>> = { count: 'n', topK: 'top_k' }

export type OpenAiError = {
  readonly message: string
  readonly type: string
  readonly param: string | null
  readonly code: string
}

/** A fault's error object. */
export function openAiError({ fault, status, field }: ToldFault): OpenAiError {
  const known = told[fault.code as FaultCode]
  const param = field === undefined || field.path.length === 0 ? null : field.path.join('.')
  const type = known?.type ?? (status >= 500 ? 'server_error' : invalid)
  const code =
    fault.code === 'option-value' && param === 'model'
      ? 'model_not_found'
      : fault.code === 'body-malformed' && field !== undefined
        ? wrongly[field.wrong]
        : (known?.code ?? fault.code.replaceAll('-', '_'))
  return { message: fault.message, type, param: param === null ? null : (parameters[param] ?? param), code }
}

/** What stays as it is, however often it is asked for: clients try 409 and 5xx again by themselves unless told. */
const passing: ReadonlySet<string> = new Set(['stopping', 'database', 'file-unwritable'])

export const manners: Manners = {
  under: '/v1/',
  refuse(fault) {
    const error = openAiError(fault)
    const status =
      error.code === 'model_not_found' ? 404 : (told[fault.fault.code as FaultCode]?.status ?? fault.status)
    const headers = new Headers()
    if (status === 409 || (status >= 500 && !passing.has(fault.fault.code))) headers.set('x-should-retry', 'false')
    if (status === 401) headers.set('www-authenticate', 'Bearer')
    return Response.json({ error }, { status, headers })
  },
}
