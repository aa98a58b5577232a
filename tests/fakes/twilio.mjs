#!/usr/bin/env node
// Twilio's Messages API, as far as bonin speaks to it, on a free port of 127.0.0.1. Ends when standard input does.
//
// First line printed: {"port", "tls_port", "account_sid", "auth_token", "from"}. The certificate on tls_port is for
// localhost, and nobody vouches for it.
// What the next calls answer is chosen by    POST /_mode     {"mode": NAME, "times": N}   (0: from now on)
// What was sent, is read from                GET  /_messages
// A status callback, signed, is sent by      POST /_callback {"sid", "status", "error_code"?}
import { execFileSync } from 'node:child_process'
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const account_sid = 'AC' + randomBytes(16).toString('hex')
const auth_token = randomBytes(16).toString('hex')
const from = '+15005550006'
const messages = []
const mode = { name: 'ok', left: 0 }

const send = (res, status, body, headers = {}) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text)
}
const fail = (res, status, code, message) =>
  send(res, status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status })

const authorized = header => {
  const want = Buffer.from('Basic ' + Buffer.from(`${account_sid}:${auth_token}`).toString('base64'))
  const got = Buffer.from(header ?? '')
  return got.length === want.length && timingSafeEqual(got, want)
}

// The rules that Twilio itself would refuse by: [field, test, code]
const rules = [
  ['To', v => /^\+[1-9]\d{7,14}$/.test(v ?? ''), 21211],
  ['Body', v => v?.length > 0, 21602],
  ['Body', v => v.length <= 1600, 21617],
  ['ValidityPeriod', v => v === null || (/^\d+$/.test(v) && +v >= 1 && +v <= 36000), 21612],
  ['ContentRetention', v => v === null || v === 'retain' || v === 'discard', 21600],
  ['AddressRetention', v => v === null || v === 'retain' || v === 'obfuscate', 21600],
  ['StatusCallback', v => v === null || /^https?:\/\//.test(v), 21609],
]

const accept = (res, form) => {
  for (const [field, test, code] of rules)
    if (!test(form.get(field))) return fail(res, 400, code, `The '${field}' is not valid: ${form.get(field)}`)
  if (form.get('From') !== from && !/^MG[0-9a-f]{32}$/.test(form.get('MessagingServiceSid') ?? ''))
    return fail(res, 400, 21603, "A 'From' phone number is required.")
  const sid = 'SM' + randomBytes(16).toString('hex')
  messages.push({ sid, ...Object.fromEntries(form) })
  send(res, 201, { sid, account_sid, status: 'queued', error_code: null, error_message: null, to: form.get('To') })
}

const modes = {
  ok: accept,
  failed: (res, form) => send(res, 201, { sid: 'SM' + '0'.repeat(32), status: 'failed', error_code: 30003 }),
  invalid: res => fail(res, 400, 21211, "The 'To' number is not a valid phone number: +821012345678"),
  rate: res => send(res, 429, { code: 20429, message: 'Too Many Requests', status: 429 }, { 'retry-after': '1' }),
  error: res => send(res, 500, '<html>Internal Server Error</html>', { 'content-type': 'text/html' }),
  down: res => send(res, 503, ''),
  slow: (res, form) => setTimeout(() => accept(res, form), 700),
  hang: () => {},
  stall: res => res.writeHead(201, { 'content-length': '1000' }).write('{"sid":'),
  garbage: res => send(res, 201, '\u0000\u0001not JSON at all'),
  nothing: res => send(res, 201, '{"sid":null}'),
  evil: res => send(res, 201, '{"sid":"SM1\\r\\nX-Evil: 1"}'),
  huge: res => res.writeHead(201, { 'content-type': 'application/json' }).end('x'.repeat(8 << 20)),
  redirect: res => send(res, 307, '', { location: `http://127.0.0.1:${port}/_redirected` }),
  reset: res => res.socket.destroy(),
}

const body_of = req =>
  new Promise((resolve, reject) => {
    let text = ''
    req.setEncoding('utf8')
    req.on('data', part => (text += part)).on('end', () => resolve(text)).on('error', reject)
  })

const callback = async ({ sid, status, error_code }) => {
  const message = messages.find(m => m.sid === sid)
  const fields = {
    AccountSid: account_sid, From: from, MessageSid: sid, MessageStatus: status, SmsSid: sid, To: message.To,
    ...(error_code ? { ErrorCode: String(error_code) } : {}),
  }
  const text = message.StatusCallback + Object.keys(fields).sort().map(k => k + fields[k]).join('')
  const signature = createHmac('sha1', auth_token).update(text).digest('base64')
  const reply = await fetch(message.StatusCallback, {
    method: 'POST', body: new URLSearchParams(fields), headers: { 'x-twilio-signature': signature },
  })
  return { status: reply.status }
}

const route = async (req, res) => {
  const text = await body_of(req)
  if (req.url === '/_messages') return send(res, 200, messages)
  if (req.url === '/_callback') return send(res, 200, await callback(JSON.parse(text)))
  if (req.url === '/_mode') {
    const { mode: name, times = 0 } = JSON.parse(text)
    if (!modes[name]) return send(res, 404, { message: 'no such mode' })
    mode.name = name
    mode.left = times || Infinity
    return send(res, 200, {})
  }
  if (req.method !== 'POST' || req.url !== `/2010-04-01/Accounts/${account_sid}/Messages.json`)
    return fail(res, 404, 20404, 'The requested resource was not found')
  if (!authorized(req.headers.authorization)) return fail(res, 401, 20003, 'Authenticate')
  if (req.headers['content-type'] !== 'application/x-www-form-urlencoded')
    return fail(res, 415, 20415, 'Unsupported Media Type')
  const say = mode.left > 0 ? modes[mode.name] : accept
  mode.left--
  say(res, new URLSearchParams(text))
}

const certificate = () => {
  const folder = mkdtempSync(join(tmpdir(), 'bonin-twilio-'))
  try {
    const [key, cert] = ['key.pem', 'cert.pem'].map(name => join(folder, name))
    execFileSync('openssl', [
      'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj',
      '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert,
    ], { stdio: 'ignore' })
    return { key: readFileSync(key), cert: readFileSync(cert) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const answer = (req, res) => route(req, res).catch(error => send(res, 500, String(error)))
const listen = server => new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(server.address().port)))
const server = createServer(answer)
const port = await listen(server)
const tls_port = await listen(createTlsServer(certificate(), answer))
console.log(JSON.stringify({ port, tls_port, account_sid, auth_token, from }))
process.stdin.resume().on('end', () => process.exit()).on('error', () => process.exit())
