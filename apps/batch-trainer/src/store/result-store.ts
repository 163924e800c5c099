import { FolderStore } from './folder-store.js'
import { s3Store } from './s3-store.js'
import { bucketPlace } from './store-address.js'

/** Where finished bundles are put for those who use them. A bundle is there whole or not at all. */
export interface ResultStore {
  /**
   * Puts the bundle of a folder there under a name, in place of an earlier one; nothing is written where it is there
   * already. Until the end the earlier one stays what is fetched.
   * @throws {StoreError}; {PipelineError} `bad-bundle` when the folder holds none
   */
  publish(name: string, bundle: string): Promise<void>
  /**
   * Brings the bundle of a name from there into a folder, whole or not at all.
   * @throws {StoreError}; {PipelineError} `bad-bundle` when there is none, or it is damaged
   */
  fetch(name: string, folder: string): Promise<void>
}

/** The store of an address. @throws {StoreError} when credentials are missing */
export function resultStore(address: string): ResultStore {
  const place = bucketPlace(address)
  return place === null ? new FolderStore(address) : s3Store(place)
}
