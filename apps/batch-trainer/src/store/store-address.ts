import { z } from 'zod'

/** A bucket and what the keys in it begin with. */
export interface BucketPlace {
  readonly bucket: string
  /** Without slashes at its ends; empty for none. */
  readonly prefix: string
}

/** Bucket (as S3 allows them) and prefix. */
const S3 = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([^\s?#]*))?$/

/** Where a store of results lies: `s3://bucket/prefix`, or a folder. */
export const storeAddress = z
  .string()
  .min(1)
  .refine((address) => !/^\w+:\/\//.test(address) || bucketPlace(address) !== null, {
    message: 'expected s3://bucket, s3://bucket/prefix, or a folder',
  })

/** Bucket and prefix of an address, `null` where it is a folder. */
export function bucketPlace(address: string): BucketPlace | null {
  const match = S3.exec(address)
  return match === null ? null : { bucket: match[1], prefix: (match[2] ?? '').replace(/^\/+|\/+$/g, '') }
}
