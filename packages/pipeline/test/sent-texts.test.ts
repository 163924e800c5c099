import fc from 'fast-check'
import { TextReceiver, TextSender } from '../src/sent-texts.js'

describe('lists of texts that another thread is told of', () => {
  it('are the same there, and one array for as long as they grow', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.array(fc.string()))), (steps) => {
        const [sender, receiver] = [new TextSender(), new TextReceiver()]
        let list: string[] = []
        let known = receiver.list(sender.piece(list))
        for (const [isFull, added] of steps) {
          if (isFull) list = []
          list.push(...added)
          const received = receiver.list(structuredClone(sender.piece(list)))
          expect(received).toEqual(list)
          if (!isFull) expect(received).toBe(known)
          known = received
        }
      }),
    )
  })

  it('are told of once', () => {
    const sender = new TextSender()
    const list = ['a', 'b']
    expect(sender.piece(list)).toEqual({ isNew: true, texts: ['a', 'b'] })
    list.push('c')
    expect(sender.piece(list)).toEqual({ isNew: false, texts: ['c'] })
    expect(sender.piece([])).toEqual({ isNew: true, texts: [] })
  })
})
