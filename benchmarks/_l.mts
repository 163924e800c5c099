import { openSources } from '@sp/log-reader'
import { Masker } from '@sp/masking'
import { EvidenceMiner } from '@sp/drain'
import { parseLog } from '@sp/pipeline'
const path = process.argv[2], R=+(process.argv[3]??8); let best=1e9, rows=0
for (let r=0;r<R;r++){ const w=performance.now(); rows=0; const [source]=await openSources([path]); for await (const b of parseLog([{source}],{masker:Masker.create(),miner:EvidenceMiner.create()})) rows+=b.rowCount; best=Math.min(best,performance.now()-w)}
console.log(path.split('/').pop(), rows, best.toFixed(2), Math.round(rows/best)+'k')
