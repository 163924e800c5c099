import { openSources, readRecords } from '@sp/log-reader'
import { Masker } from '@sp/masking'
const [s]=await openSources([process.argv[2]]); const bs:any[]=[]; let rows=0
for await (const b of readRecords(s)) {bs.push(b.message); rows+=b.rowCount}
const m=Masker.create(); const R=+(process.argv[3]??20); let best=1e9
for(let r=0;r<R;r++){const w=performance.now(); for(const b of bs) m.maskBytes(b); best=Math.min(best,performance.now()-w)}
console.log(rows, best.toFixed(1),'ms', (best*1e6/rows).toFixed(0),'ns/line')
