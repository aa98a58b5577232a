// Bytes as they are, over a socket of their own.
import net from 'node:net';

// {text, closed, ms}: what came until the server closed, or fell silent for `silence` ms. from: own address.
export function raw(port, bytes, { silence = 1500, from = '127.0.0.1' } = {}) {
  return new Promise((resolve) => {
    const began = performance.now();
    const chunks = [];
    let closed = true;
    const socket = net.connect({ port, host: '127.0.0.1', localAddress: from }, () => socket.write(bytes));
    const quiet = () => {
      closed = false;
      socket.destroy();
    };
    let timer = setTimeout(quiet, silence);
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      clearTimeout(timer);
      timer = setTimeout(quiet, silence);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(timer);
      resolve({ text: Buffer.concat(chunks).toString('latin1'), closed, ms: performance.now() - began });
    });
  });
}

// The statuses of the replies in such a text, each with the body that it announces behind it. What follows the last
// of them and is none is passed over: libmicrohttpd 0.9.75 sends the head of its own refusals twice.
export function statuses(text) {
  const found = [];
  let rest = text;
  for (;;) {
    const head = /^HTTP\/1\.[01] (\d{3}) [^]*?\r\n\r\n/.exec(rest);
    if (!head) return found;
    found.push(Number(head[1]));
    const length = Number(/^content-length: *(\d+)/im.exec(head[0])?.[1] ?? 0);
    rest = rest.slice(head[0].length + length);
  }
}
