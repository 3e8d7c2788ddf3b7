import { runBenchJob, type BenchJob } from './bench-job.js';

/** The process of one job: it takes it, answers, and ends. */
process.once('message', (job: BenchJob) => {
  runBenchJob(job).then(
    (result) => process.send?.(result, () => process.exit(0)),
    () => process.exit(1),
  );
});
