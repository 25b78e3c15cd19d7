// Beside each file of the build that is text, the same as .gz and .br: the embedded server and nginx serve those.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const TEXT = /\.(js|css|html|svg|json|webmanifest)$/;
const SMALLEST = 1024;

const files = readdirSync(argv[2], { recursive: true, encoding: 'utf8' }).filter((name) => TEXT.test(name));
for (const name of files) {
  const path = join(argv[2], name);
  const content = readFileSync(path);
  if (content.length < SMALLEST) continue;
  writeFileSync(`${path}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
  writeFileSync(`${path}.br`, brotliCompressSync(content));
}
