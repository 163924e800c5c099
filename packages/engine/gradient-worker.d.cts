/** Path of the program that worker threads of data-parallel training run. */
export declare const workerFile: string
