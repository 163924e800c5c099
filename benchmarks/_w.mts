import { openSources } from '@sp/log-reader'
import { Masker } from '@sp/masking'
import { EvidenceMiner } from '@sp/drain'
import { parseLog } from '@sp/pipeline'
import { ParsedLogWriter } from '@sp/log-table'
const path = process.argv[2], R=+(process.argv[3]??8); let best=1e9, rows=0, cpu=0
for (let r=0;r<R;r++){ const w=performance.now(), c=process.cpuUsage(); rows=0; const miner=EvidenceMiner.create(); const out=await ParsedLogWriter.create('/tmp/sp/x.parquet'); const [source]=await openSources([path]); for await (const b of parseLog([{source}],{masker:Masker.create(),miner})) {rows+=b.rowCount; await out.write(b)}; await out.finish(miner.templates()); const t=performance.now()-w; if(t<best){best=t; const u=process.cpuUsage(c); cpu=(u.user+u.system)/1000} }
console.log(path.split('/').pop(), rows, best.toFixed(0),'ms cpu',cpu.toFixed(0), Math.round(rows/best)+'k')
