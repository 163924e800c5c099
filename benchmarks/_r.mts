import { openSources, readRecords } from '@sp/log-reader'
const path = process.argv[2]
for (let r=0;r<(+process.argv[3]||8);r++){
  let rows=0
  const w=performance.now(), c=process.cpuUsage()
  const [s]=await openSources([path]); for await (const b of readRecords(s)) rows+=b.rowCount
  const t1=performance.now()-w, u=process.cpuUsage(c)
  console.log(rows, 'read',t1.toFixed(0), 'cpu', ((u.user+u.system)/1000).toFixed(0), Math.round(rows/t1*1000))
}
