// Just enough of MIME to read the mails that bonin writes.
function headersOf(text) {
  const split = text.search(/\r?\n\r?\n/);
  const head = split < 0 ? text : text.slice(0, split);
  const body = split < 0 ? '' : text.slice(split).replace(/^\r?\n\r?\n/, '');
  const headers = {};
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { headers, body };
}

function decodeWords(value) {
  return (value ?? '').replace(/\?=\s+=\?/g, '?==?').replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, how, text) => {
    if (how.toLowerCase() === 'b') return Buffer.from(text, 'base64').toString('utf8');
    return unquote(text.replace(/_/g, ' '));
  });
}

function unquote(text) {
  const bytes = [];
  const whole = text.replace(/=\r?\n/g, '');
  for (let i = 0; i < whole.length; i++) {
    const escaped = whole[i] === '=' && /^[0-9A-Fa-f]{2}$/.test(whole.slice(i + 1, i + 3));
    if (escaped) {
      bytes.push(parseInt(whole.slice(i + 1, i + 3), 16));
      i += 2;
    } else bytes.push(...Buffer.from(whole[i]));
  }
  return Buffer.from(bytes).toString('utf8');
}

function decodeBody(headers, body) {
  const how = (headers['content-transfer-encoding'] ?? '7bit').toLowerCase();
  if (how === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  if (how === 'quoted-printable') return unquote(body);
  return body;
}

// {headers, subject, from, to, text, html}
export function parseMail(raw) {
  const mail = { text: '', html: '' };
  const walk = ({ headers, body }) => {
    const type = headers['content-type'] ?? 'text/plain';
    const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
    if (boundary) {
      for (const part of body.split(`--${boundary}`).slice(1)) if (!part.startsWith('--')) walk(headersOf(part.replace(/^\r?\n/, '')));
    } else if (/^text\/html/i.test(type)) mail.html += decodeBody(headers, body);
    else mail.text += decodeBody(headers, body);
  };
  const whole = headersOf(raw);
  walk(whole);
  const { headers } = whole;
  return { ...mail, headers, subject: decodeWords(headers.subject), from: decodeWords(headers.from), to: headers.to };
}

export function codeIn(text) {
  return /(?<![0-9A-Za-z#])([0-9]{6,10})(?![0-9A-Za-z])/.exec(text)?.[1];
}

export function confirmLinkIn(text) {
  return /https?:\/\/\S+\/email\/confirm\?token=[^\s"<>]+/.exec(text)?.[0];
}
