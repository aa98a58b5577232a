// What an applicant does on the page, step by step. Texts are looked for as people see them.
import assert from 'node:assert/strict';

export const words = {
  ko: {
    start: '시작하기',
    consent: '개인정보 수집과 이용 동의',
    agree: '동의하고 계속',
    needed: '모든 항목에 동의해야',
    send: { phone: '인증번호 받기', email: '메일 받기' },
    phone: '휴대전화 번호',
    email: '이메일 주소',
    code: '인증번호',
    verify: '확인',
    badPhone: '010-1234-5678처럼',
    badCode: '인증번호가 맞지 않습니다. 4번 더 입력할 수 있습니다.',
    types: { resident: '주민등록증', driver: '운전면허증', passport: '여권' },
    use: '이 사진 쓰기',
    idCard: '신분증 확인',
    face: '얼굴 확인',
    camera: '카메라로 찍기',
    back: '다시 정면을 봐 주세요.',
    rejected: /신분증을 확인하지 못했습니다|사진을 판독하지 못했습니다/,
    done: '본인 확인이 끝났습니다',
  },
  en: {
    start: 'Start',
    consent: 'Your consent',
    agree: 'Agree and go on',
    needed: 'Each item is needed',
    send: { phone: 'Send code', email: 'Send mail' },
    phone: 'Mobile number',
    email: 'E-mail address',
    code: 'Code',
    verify: 'Confirm',
    badPhone: 'such as 010-1234-5678',
    badCode: 'That code is not right. 4 attempts left.',
    types: { resident: 'Resident registration card', driver: 'Driver’s licence', passport: 'Passport' },
    use: 'Use this picture',
    idCard: 'Your identity document',
    face: 'Your face',
    camera: 'Take a picture',
    back: 'Now look straight ahead again.',
    rejected: /was not accepted|could not be judged/,
    done: 'You are verified',
  },
};

export class Applicant {
  constructor(page, server, language) {
    this.page = page;
    this.server = server;
    this.words = words[language];
  }

  button(name) {
    return this.page.getByRole('button', { name, exact: true });
  }

  heading(name) {
    return this.page.getByRole('heading', { name, exact: true });
  }

  // Ticks the boxes that are there, each by itself.
  async tick(count) {
    const boxes = this.page.getByRole('checkbox');
    await boxes.first().waitFor();
    assert.equal(await boxes.count(), count);
    for (let i = 0; i < count; i++) await boxes.nth(i).check();
  }

  async say(channel, address) {
    await this.page.getByRole('textbox', { name: this.words[channel], exact: true }).fill(address);
    await this.button(this.words.send[channel]).click();
  }

  async enter(code) {
    await this.page.getByRole('textbox', { name: this.words.code, exact: true }).fill(code);
    await this.button(this.words.verify).click();
  }

  async provePhone(number) {
    await this.say('phone', number);
    await this.page.getByRole('textbox', { name: this.words.code, exact: true }).waitFor();
    await this.enter(await this.server.smsCode(`+82${number.replace(/\D/g, '').slice(1)}`));
  }

  async proveEmail(address) {
    await this.say('email', address);
    await this.page.getByRole('textbox', { name: this.words.code, exact: true }).waitFor();
    await this.enter(await this.server.mailCode(address));
  }

  // What the camera for a face says now; null where it is closed.
  async prompt() {
    return this.page.locator('.prompt').textContent({ timeout: 500 }).catch(() => null);
  }

  async pick(file) {
    await this.page.getByTestId('picture-file').setInputFiles(file);
  }

  async submit(file) {
    await this.pick(file);
    await this.button(this.words.use).click();
  }

  // What the page shows at the end, by its own labels.
  async facts() {
    await this.heading(this.words.done).waitFor();
    const rows = await this.page.locator('dl.facts > div').evaluateAll((all) => all.map((row) => [row.querySelector('dt').textContent, row.querySelector('dd').textContent]));
    assert.ok(rows.length > 0);
    return Object.fromEntries(rows);
  }
}
