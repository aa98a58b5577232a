// HTTP as the tests need it: own source address (each 127.0.0.x is an IP of its own to the limits), raw bodies,
// multipart, and a check of every reply against openapi.yaml.
import http from 'node:http';
import { randomBytes } from 'node:crypto';
import { checkReply } from './spec.mjs';

export function multipart(parts) {
  const boundary = `----bonin${randomBytes(12).toString('hex')}`;
  const chunks = [];
  for (const { name, value, filename, type } of parts) {
    const file = filename === undefined ? '' : `; filename="${filename}"`;
    chunks.push(Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n`));
    if (filename !== undefined) chunks.push(Buffer.from(`Content-Type: ${type ?? 'application/octet-stream'}\r\n`));
    chunks.push(Buffer.from('\r\n'), Buffer.from(value), Buffer.from('\r\n'));
  }
  chunks.push(Buffer.from(`--${boundary}--\r\n`));
  return { body: Buffer.concat(chunks), type: `multipart/form-data; boundary=${boundary}` };
}

function encode({ json, form, parts, raw, type }) {
  if (json !== undefined) return { body: Buffer.from(JSON.stringify(json)), type: 'application/json' };
  if (form !== undefined) return { body: Buffer.from(new URLSearchParams(form).toString()), type: 'application/x-www-form-urlencoded' };
  if (parts !== undefined) return multipart(parts);
  if (raw !== undefined) return { body: Buffer.from(raw), type };
  return { body: null };
}

export class Client {
  constructor(port, from = '127.0.0.1') {
    this.port = port;
    this.from = from;
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 256 });
  }

  close() {
    this.agent.destroy();
  }

  // options: json | form | parts | raw + type; key (API key), headers, from, lang, unchecked
  call(method, path, options = {}) {
    const { body, type } = encode(options);
    const headers = { 'accept-language': options.lang ?? 'en', ...options.headers };
    if (body && headers['content-length'] === undefined) headers['content-length'] = body.length;
    if (type && headers['content-type'] === undefined) headers['content-type'] = type;
    if (options.key) headers.authorization = `Bearer ${options.key}`;
    const request = { host: '127.0.0.1', port: this.port, localAddress: options.from ?? this.from, agent: this.agent, method, path, headers };
    return this.#send(request, body, options.timeout ?? 30000).then((reply) => {
      if (!options.unchecked) checkReply(method, path, reply);
      return reply;
    });
  }

  #send(request, body, timeout) {
    return new Promise((resolve, reject) => {
      const sent = http.request(request, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const isJson = String(response.headers['content-type']).startsWith('application/json');
          resolve({ status: response.statusCode, headers: response.headers, distinct: response.headersDistinct, text, body: isJson && text ? JSON.parse(text) : null });
        });
      });
      sent.setTimeout(timeout, () => sent.destroy(new Error(`no answer in ${timeout} ms: ${request.method} ${request.path}`)));
      sent.on('error', reject);
      sent.end(body);
    });
  }

  get(path, options) {
    return this.call('GET', path, options);
  }

  post(path, json, options) {
    return this.call('POST', path, json === undefined ? options : { json, ...options });
  }

  // Server-Sent Events: calls `seen` with each event's data until it returns true.
  events(path, seen, timeout = 20000) {
    return new Promise((resolve, reject) => {
      const request = http.get({ host: '127.0.0.1', port: this.port, path, headers: { accept: 'text/event-stream' } }, (response) => {
        if (response.statusCode !== 200) {
          request.destroy();
          reject(new Error(`status ${response.statusCode}`));
          return;
        }
        let rest = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          rest += chunk;
          const blocks = rest.split('\n\n');
          rest = blocks.pop();
          for (const block of blocks) {
            const data = block.split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trim()).join('\n');
            const name = /^event: ?(.*)$/m.exec(block)?.[1];
            if (data && seen({ name, data: JSON.parse(data), headers: response.headers })) {
              resolve();
              request.destroy();
              return;
            }
          }
        });
        response.on('end', resolve);
        response.on('error', () => {});
      });
      request.setTimeout(timeout, () => request.destroy(new Error('no event in time')));
      request.on('error', reject);
    });
  }
}
