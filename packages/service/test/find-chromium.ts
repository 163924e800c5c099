import { existsSync } from 'node:fs'

const WELL_KNOWN = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/** A Chromium of this machine: `CHROMIUM_PATH`, or where one is usually found; `undefined` where there is none. */
export function findChromium(): string | undefined {
  return [process.env.CHROMIUM_PATH ?? '', ...WELL_KNOWN].find((path) => path !== '' && existsSync(path))
}
