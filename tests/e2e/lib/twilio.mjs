// A Twilio that speaks the Messages protocol as its OpenAPI description says, with the moods that tests need.
import { createHmac } from 'node:crypto';
import http from 'node:http';

export const account = { sid: `AC${'0123456789abcdef'.repeat(2)}`, token: 'specimen-auth-token-0123456789', from: '+15005550006' };

export class Twilio {
  static async start() {
    const twilio = new Twilio();
    twilio.messages = [];
    twilio.mood = 'good'; // good, refuse, fail, busy, hang, nonsense
    twilio.server = http.createServer((request, response) => twilio.#answer(request, response));
    await new Promise((done) => twilio.server.listen(0, '127.0.0.1', done));
    twilio.port = twilio.server.address().port;
    twilio.env = {
      SMS_PROVIDER: 'twilio',
      TWILIO_ACCOUNT_SID: account.sid,
      TWILIO_AUTH_TOKEN: account.token,
      TWILIO_PHONE_NUMBER: account.from,
      TWILIO_API_URL: `http://127.0.0.1:${twilio.port}`,
    };
    return twilio;
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(done));
  }

  #answer(request, response) {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const fields = Object.fromEntries(new URLSearchParams(body));
      const reply = (status, json, headers = {}) => {
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(typeof json === 'string' ? json : JSON.stringify(json));
      };
      const error = (status, code, message) => reply(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status });
      const expected = `Basic ${Buffer.from(`${account.sid}:${account.token}`).toString('base64')}`;
      if (request.method !== 'POST' || request.url !== `/2010-04-01/Accounts/${account.sid}/Messages.json`) return error(404, 20404, 'Not found');
      if (request.headers.authorization !== expected) return error(401, 20003, 'Authenticate');
      if (request.headers['content-type'] !== 'application/x-www-form-urlencoded') return error(400, 21602, 'Message body is required');
      this.messages.push({ ...fields, mood: this.mood });
      if (this.mood === 'hang') return undefined;
      if (this.mood === 'refuse') return error(400, 21211, "Invalid 'To' Phone Number");
      if (this.mood === 'fail') return error(500, 20500, 'Internal Server Error');
      if (this.mood === 'busy') return error(429, 20429, 'Too Many Requests');
      if (this.mood === 'nonsense') return reply(201, '<html>');
      const sid = `SM${String(this.messages.length).padStart(32, '0')}`;
      this.messages.at(-1).sid = sid;
      return reply(201, { sid, status: 'queued', error_code: null, error_message: null, to: fields.To, from: fields.From });
    });
  }

  // What Twilio puts into X-Twilio-Signature.
  static sign(url, fields, token = account.token) {
    const text = url + Object.keys(fields).sort().map((key) => key + fields[key]).join('');
    return createHmac('sha1', token).update(text).digest('base64');
  }
}
