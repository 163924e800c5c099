/** The methods of a sample analysis, in the order of the reference system. */
export const SAMPLE_METHODS = ['baseline', 'deeplog', 'mscred', 'comparative'] as const

/** A method of a sample analysis. */
export type SampleMethod = (typeof SAMPLE_METHODS)[number]

/** A record as `anomaly_samples.json` shows it; keys of the reference system. */
export interface SampleLog {
  readonly line_no: number
  readonly timestamp: string | null
  readonly host: string | null
  readonly process: string | null
  readonly raw_message: string
  readonly masked_message: string
  readonly template: string
  readonly template_id: string
}

/** A window that the window detector flagged. */
export interface BaselineSample {
  readonly window_id: number
  readonly window_start_line: number
  readonly source: string
  readonly anomaly_score: number
  readonly unseen_rate: number
  readonly freq_z_score: number
  readonly time_range: { readonly start: string | null; readonly end: string | null }
  readonly analysis: {
    readonly dominant_templates: readonly {
      readonly template_id: string
      readonly count: number
      readonly percentage: number
    }[]
    readonly unseen_templates_ratio: number
    readonly frequency_spike_score: number
    readonly error_log_count: number
    readonly warning_log_count: number
    readonly error_percentage: number
    readonly time_density: {
      readonly total_duration_seconds: number
      readonly average_interval_seconds: number
      readonly logs_per_second: number
      /** `concentrated` or `spread` (the deviation of the gaps is less than half their mean). */
      readonly time_distribution: 'concentrated' | 'spread'
    } | null
    readonly anomaly_indicators: readonly string[]
  }
  readonly representative_logs: readonly {
    readonly type: 'dominant_template' | 'error_log' | 'rare_template'
    readonly log: SampleLog
    readonly reason: string
  }[]
  readonly context_before: readonly SampleLog[]
  readonly context_after: readonly SampleLog[]
  readonly total_logs_in_window: number
}

/** A line that DeepLog did not expect. */
export interface DeepLogSample {
  readonly sequence_id: number
  readonly sequence_index: number
  readonly predicted_template_id: string | null
  readonly actual_line_no: number
  readonly source: string
  readonly actual_template_id: string
  readonly timestamp: string | null
  readonly analysis: {
    readonly predicted_template: string | null
    readonly actual_template: string
    readonly template_sequence: readonly string[]
    readonly recent_transitions: readonly string[]
    readonly prediction_failure_reason: string
    readonly context_anomalies: readonly string[]
    /** Share of the sequence's templates that are distinct. */
    readonly sequence_uniqueness: number
  }
  readonly target_log: SampleLog
  readonly sequence_context: readonly SampleLog[]
  readonly sequence_length: number
}

/** An alert of DeepLog. */
export interface DeepLogAlertSample {
  readonly alert_type: string
  readonly entity: string
  readonly timestamp: string | null
  readonly line_no: number
  readonly source: string
  readonly details: string
  readonly context: readonly {
    readonly line_no: number
    readonly timestamp: string | null
    readonly raw: string
    readonly template: string
    readonly is_target: boolean
  }[]
}

/** A window that the count network flagged. */
export interface MscredSample {
  readonly window_id: number
  readonly start_line: number
  readonly end_line: number
  readonly source: string
  readonly reconstruction_error: number
  readonly threshold: number
  readonly error_ratio: number
  readonly window_size: number
  readonly error_count: number
  readonly error_rate: number
  readonly log_category: 'error' | 'normal'
  readonly dominant_templates: Readonly<Record<string, number>>
  readonly severity: 'high' | 'medium' | 'low'
  readonly context_before: readonly { readonly line_no: number; readonly raw: string }[]
  readonly context_after: readonly { readonly line_no: number; readonly raw: string }[]
  readonly representative_logs: readonly {
    readonly line_no: number
    readonly raw: string
    readonly template_id: string
    readonly template: string
  }[]
  readonly explanation: string
}

/** A difference from other logs. */
export interface ComparativeSample {
  readonly anomaly_type: string
  readonly severity: string
  readonly description: string
  readonly unique_template_samples?: readonly {
    readonly template_id: string
    readonly template: string
    readonly count: number
    readonly first_occurrence: SampleLog
    readonly last_occurrence: SampleLog
  }[]
  readonly metric_comparison?: {
    readonly target_value: number | null
    readonly baseline_mean: number | null
    readonly z_score: number | null
    readonly deviation_percentage: number | null
  }
  readonly sample_logs?: readonly SampleLog[]
  readonly analysis?: string
}

/** The samples of one method. */
export interface MethodSamples<T> {
  readonly type: string
  readonly method: string
  readonly anomaly_count: number
  readonly analyzed_count: number
  readonly samples: readonly T[]
}

/** `anomaly_samples.json`: the strangest of each method, with lines and reasons; a method without results is absent. */
export interface SampleAnalysis {
  readonly baseline?: MethodSamples<BaselineSample>
  readonly deeplog?: MethodSamples<DeepLogSample | DeepLogAlertSample> & {
    /** Lines that were not expected, where the samples are alerts. */
    readonly raw_failures?: number
  }
  readonly mscred?: MethodSamples<MscredSample>
  readonly comparative?: MethodSamples<ComparativeSample>
}
