// A disk whose power can be cut, and that can fail: an image served by nbdkit, whose cache filter keeps what is written
// until it is flushed, as a drive's own cache does, and whose error filter fails reads or writes while a file is there.
// nbdfuse shows it as a file (kernels often have no nbd), a loop device makes that a disk, ext4 lies on it. To cut the
// power is to kill nbdkit: what was not flushed is gone, also the half of a flush that was under way.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive, until } from './processes.mjs';

const has = (file) => process.env.PATH.split(':').concat('/usr/sbin', '/sbin').some((folder) => existsSync(join(folder, file)));

// Why there can be no such disk here; false where there can.
export function noDisk() {
  if (process.getuid() !== 0) return 'only root may mount a disk';
  const missing = ['nbdkit', 'nbdfuse', 'losetup', 'mkfs.ext4'].find((file) => !has(file));
  if (missing) return `${missing} is not installed`;
  return ['/dev/fuse', '/dev/loop-control'].find((file) => !existsSync(file)) ? 'no FUSE or no loop devices' : false;
}

const does = (file, ...args) => execFileSync(file, args, { stdio: ['ignore', 'pipe', 'pipe'] }).toString().trim();
const tries = (file, ...args) => {
  try {
    does(file, ...args);
  } catch {
    // already gone
  }
};

export class Disk {
  // type: ext2 has neither a journal, which would stop the file system for good after one failed write, nor extents, which
  // stay marked as never written where only their first write failed (ext4 of Linux 6.18): then the kernel loses what it
  // said it had written.
  static async make({ megabytes = 64, type = 'ext4' } = {}) {
    const disk = new Disk();
    disk.dir = mkdtempSync(join(tmpdir(), 'bonin-disk-'));
    disk.image = join(disk.dir, 'image');
    disk.mount = join(disk.dir, 'mount');
    mkdirSync(disk.mount);
    does('truncate', '-s', `${megabytes}M`, disk.image);
    disk.type = type;
    does(`mkfs.${type}`, '-q', '-F', disk.image);
    await disk.plugIn();
    return disk;
  }

  async plugIn() {
    const socket = join(this.dir, 'socket');
    this.file = join(this.dir, 'disk');
    rmSync(socket, { force: true });
    writeFileSync(this.file, '');
    const faults = ['pread', 'pwrite', 'zero', 'trim'].flatMap((call) => [`error-${call}-rate=100%`, `error-${call}-file=${this.#fault(call)}`]);
    this.nbdkit = spawn('nbdkit', ['-f', '-U', socket, '--filter=error', '--filter=cache', 'file', this.image, 'cache=writeback', ...faults], { stdio: 'ignore' });
    await until(() => existsSync(socket), 60, 'nbdkit');
    this.nbdfuse = spawn('nbdfuse', [this.file, '--unix', socket], { stdio: 'ignore' });
    await until(() => Number(does('stat', '-c', '%s', this.file)) > 0, 60, 'nbdfuse');
    this.loop = does('losetup', '--find', '--show', this.file);
    does('mount', '-t', this.type, '-o', 'errors=continue', this.loop, this.mount);
  }

  #fault(call) {
    return join(this.dir, `fail-${call}`);
  }

  // calls: 'pread', or 'pwrite' and its kin.
  fail(...calls) {
    calls.forEach((call) => writeFileSync(this.#fault(call), ''));
  }

  mend() {
    ['pread', 'pwrite', 'zero', 'trim'].forEach((call) => rmSync(this.#fault(call), { force: true }));
  }

  // Forgets what is cached of these files, here and below, so that they are read from the disk.
  forget(...files) {
    const script = 'import os, sys\nfor path in sys.argv[1:]:\n fd = os.open(path, os.O_RDONLY)\n os.fsync(fd)\n os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)';
    does('python3', '-c', script, ...files, this.file);
  }

  cutPower() {
    this.nbdkit.kill('SIGKILL');
  }

  // All that was written is on the disk, and the file system is no longer in use.
  shutDown() {
    does('umount', this.mount);
    does('sync', this.loop);
  }

  // Takes the machine apart around it. Nothing that has a file of it open may be left. What was not flushed is gone.
  async unplug() {
    tries('umount', '-l', this.mount);
    tries('losetup', '-d', this.loop);
    tries('fusermount3', '-u', '-z', this.file);
    for (const child of [this.nbdfuse, this.nbdkit]) {
      if (child.exitCode === null && child.signalCode === null) child.kill();
      await until(() => !isAlive(child.pid), 60, 'the end of the disk');
    }
  }

  // A disk for as long as `body` runs.
  static async with(options, body) {
    const disk = await Disk.make(options);
    try {
      return await body(disk);
    } finally {
      await disk.destroy();
    }
  }

  async destroy() {
    await this.unplug();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
