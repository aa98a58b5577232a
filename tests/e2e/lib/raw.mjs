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

// The statuses of all replies in such a text. Bodies of ours are JSON, so no line of them looks like one.
export function statuses(text) {
  return [...text.matchAll(/HTTP\/1\.[01] (\d{3}) /g)].map((match) => Number(match[1]));
}
