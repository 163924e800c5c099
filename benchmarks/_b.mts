import { openSources } from '@sp/log-reader'
import { Masker } from '@sp/masking'
import { EvidenceMiner } from '@sp/drain'
import { parseLog } from '@sp/pipeline'
import { writeFileSync } from 'node:fs'
const v=process.argv[2].repeat((1<<20)/process.argv[2].length-50)
writeFileSync('/tmp/sp/adv.log',Array.from({length:10},(_, i)=>`2024-01-02 03:04:${10+i} host app[7]: ${v}\n`).join(''))
for(let r=0;r<12;r++){ const [source]=await openSources(['/tmp/sp/adv.log']); for await(const b of parseLog([{source}],{masker:Masker.create(),miner:EvidenceMiner.create()})); }
