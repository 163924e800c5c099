// A service in a process of its own, for tests and benchmarks that kill it: `serve-process.ts '{"http":{"port":0}, …}'`.
// Says `{"url": …}` when it is ready. Without `bundle` its detector is the fake one.
import { openBundle, startService, type ServiceOptions } from '../src/index.js'
import { FakeDetector } from './fake-detector.js'

interface Words extends Omit<ServiceOptions, 'detector' | 'surroundings'> {
  readonly bundle?: string
  readonly isLoud?: boolean
}

const { isLoud = false, ...options } = JSON.parse(process.argv[2] ?? '{}') as Words
const service = await startService({
  ...options,
  ...(options.bundle === undefined ? { detector: new FakeDetector() } : await openBundle(options.bundle)),
  surroundings: {
    nowMs: () => Date.now(),
    memoryBytes: () => process.memoryUsage().rss,
    tell: ({ level, code, message }) => {
      if (isLoud || level === 'error') process.stderr.write(`${level} ${code}: ${message}\n`)
    },
  },
})
process.stdout.write(JSON.stringify({ url: service.url }) + '\n')
process.once('SIGTERM', () => void service.close().then(() => process.exit(0)))
