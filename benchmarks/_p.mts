import { openSources, readRecords } from '@sp/log-reader'
import { Masker } from '@sp/masking'
import { EvidenceMiner, NoveltyMiner } from '@sp/drain'
import { parseLog } from '@sp/pipeline'
const path = process.argv[2], R=+(process.argv[3]??8)
const best=[1e9,1e9,1e9,1e9]; let rows=0
const base=EvidenceMiner.create()
for (let r=0;r<R;r++){
  const stage=async(i:number,f:()=>Promise<void>)=>{const w=performance.now(); await f(); best[i]=Math.min(best[i],performance.now()-w)}
  await stage(0, async()=>{const [s]=await openSources([path]); for await (const b of readRecords(s)) rows+=b.rowCount})
  await stage(1, async()=>{const m=Masker.create(); const [s]=await openSources([path]); for await (const b of readRecords(s)) m.maskBytes(b.message)})
  await stage(2, async()=>{rows=0; const [source]=await openSources([path]); for await (const b of parseLog([{source}],{masker:Masker.create(),miner:r===0?base:EvidenceMiner.create()})) rows+=b.rowCount})
  const miner=NoveltyMiner.over(base)
  await stage(3, async()=>{rows=0; const [source]=await openSources([path]); for await (const b of parseLog([{source}],{masker:Masker.create(),miner})) rows+=b.rowCount})
}
console.log(path.split('/').pop(), rows,'best ms read/mask/learn/match', best.map(x=>x.toFixed(0)).join(' '), 'lines/s', best.map(x=>Math.round(rows/x)+'k').join(' '))
