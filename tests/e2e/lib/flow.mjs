// The steps of a verification, as tests speak of them. Each call's reply is returned whole.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { wrongCode } from './codes.mjs';

const api = '/api/verification';
let serial = Math.floor(Math.random() * 9e6) + 1e6;

// Numbers and addresses that no test has used; the sending limits never meet.
export function newPhone() {
  serial += 1;
  return `010${String(serial).padStart(8, '0')}`;
}
export function e164(phone) {
  return `+82${phone.replace(/\D/g, '').replace(/^0/, '')}`;
}
export function newEmail() {
  serial += 1;
  return `specimen${serial}@example.org`;
}

export class Flow {
  constructor(server, options = {}) {
    this.server = server;
    this.options = options; // of every call
    this.phone = newPhone();
    this.email = newEmail();
  }

  post(path, json, options) {
    return this.server.client.post(`${api}${path}`, json, { ...this.options, ...options });
  }

  get(path, options) {
    return this.server.client.get(`${api}${path}`, { ...this.options, ...options });
  }

  static async create(server, json = { full_verification: false }, options = {}) {
    const flow = new Flow(server, options);
    const reply = await flow.post('/session/create', json);
    assert.equal(reply.status, 200, reply.text);
    Object.assign(flow, { id: reply.body.data.session_id, key: reply.body.data.session_key, created: reply.body.data });
    return flow;
  }

  sendPhone(phone = this.phone, options) {
    return this.post('/phone/send', { session_key: this.key, phone_number: phone }, options);
  }

  verifyPhone(code, phone = this.phone, options) {
    return this.post('/phone/verify', { session_key: this.key, phone_number: phone, verification_code: code }, options);
  }

  sendEmail(email = this.email, options) {
    return this.post('/email/send', { session_key: this.key, email }, options);
  }

  verifyEmail(code, email = this.email, options) {
    return this.post('/email/verify', { session_key: this.key, email, verification_code: code }, options);
  }

  status(options) {
    return this.get(`/session/${this.key}/status`, options);
  }

  complete(options) {
    return this.post(`/complete/${this.key}`, undefined, options);
  }

  smsCode(phone = this.phone) {
    return this.server.smsCode(e164(phone));
  }

  mailCode(email = this.email) {
    return this.server.mailCode(email);
  }

  async wrongSmsCode(phone = this.phone) {
    return wrongCode(await this.smsCode(phone));
  }

  async provePhone() {
    const sent = await this.sendPhone();
    assert.equal(sent.status, 200, sent.text);
    const verified = await this.verifyPhone(await this.smsCode());
    assert.equal(verified.status, 200, verified.text);
    return verified;
  }

  async proveEmail() {
    const sent = await this.sendEmail();
    assert.equal(sent.status, 200, sent.text);
    const verified = await this.verifyEmail(await this.mailCode());
    assert.equal(verified.status, 200, verified.text);
    return verified;
  }

  async proveBoth() {
    await this.provePhone();
    await this.proveEmail();
    return this;
  }

  uploadDocument(type, image, options = {}) {
    const parts = [
      { name: 'session_key', value: this.key },
      { name: 'id_card_type', value: type },
      { name: 'front_image', value: image, filename: options.filename ?? 'front.jpg', type: options.type ?? 'image/jpeg' },
      ...(options.back ? [{ name: 'back_image', value: options.back, filename: 'back.jpg', type: 'image/jpeg' }] : []),
    ];
    return this.server.client.call('POST', `${api}/id-card/upload`, { parts, ...this.options, ...options.call });
  }

  uploadFace(image, options = {}) {
    const parts = [
      { name: 'session_key', value: this.key },
      ...(options.challenge === undefined ? [] : [{ name: 'challenge', value: options.challenge }]),
      ...(options.times === undefined ? [] : [{ name: 'frame_times', value: JSON.stringify(options.times) }]),
      { name: 'selfie_image', value: image, filename: options.filename ?? 'selfie.jpg', type: options.type ?? 'image/jpeg' },
      ...(options.frames ?? []).map((value, i) => ({ name: 'frames', value, filename: `${i}.jpg`, type: 'image/jpeg' })),
    ];
    return this.server.client.call('POST', `${api}/face/upload`, { parts, ...this.options, ...options.call });
  }

  challenge(options) {
    return this.post('/face/challenge', { session_key: this.key }, options);
  }

  // Follows a document ('id-card') or face until it is judged, or is in none of other states.
  async judged(kind, id, seconds = 60, states = ['pending', 'processing']) {
    const until = performance.now() + seconds * 1000;
    for (;;) {
      const reply = await this.get(`/${kind}/${id}/status`);
      assert.equal(reply.status, 200, reply.text);
      if (!states.includes(reply.body.status)) return reply.body;
      assert.ok(performance.now() < until, `${kind} ${id} was ${reply.body.status} for ${seconds} s`);
      await sleep(50);
    }
  }
}

// The failure that a test expects: status, code, and that it is told as the contract says.
export function assertFails(reply, status, code) {
  assert.equal(reply.status, status, reply.text);
  assert.equal(reply.body.success, false);
  assert.ok(reply.body.errors.includes(code), `${code} is not in ${JSON.stringify(reply.body.errors)}`);
  assert.ok(reply.body.request_id && reply.body.message);
  if (status === 429) {
    assert.deepEqual(reply.distinct['retry-after'], [String(reply.body.retry_after)]);
    assert.ok(reply.body.limit_type);
  }
  return reply;
}
