//! A process, run and measured: wall time, processor time, peak memory.

use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::Failure;

/// What something cost.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Cost {
    /// Seconds by the clock on the wall.
    pub(crate) wall: f64,
    /// Seconds of processor time, in the program and in the kernel for it.
    pub(crate) cpu: f64,
    /// The most bytes that were resident in memory at once.
    pub(crate) peak: u64,
}

/// Between two looks at the memory. The kernel keeps the peak, so only growth in the very last moment goes unseen.
const LOOK: Duration = Duration::from_millis(5);
/// Linux counts processor time for programs in hundredths of a second, on every machine.
const TICKS: f64 = 100.0;

/// Runs a command to its end and gives its cost and what it printed: a line at most where that is piped, for more would fill the pipe.
pub(crate) fn measure(command: &mut Command, output: Stdio) -> Result<(Cost, String), Failure> {
    settle();
    let before = cpu(Whose::Children)?;
    let started = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(output).spawn()?;
    let mut peak = 0;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        peak = peak.max(high_water(child.id()).unwrap_or_default());
        sleep(LOOK);
    };
    let wall = started.elapsed().as_secs_f64();
    let cpu = cpu(Whose::Children)? - before;
    let said = child.stdout.take().map(std::io::read_to_string).transpose()?.unwrap_or_default();
    if !status.success() {
        return Err(format!("{command:?} failed ({status}): {said}").into());
    }
    Ok((Cost { wall, cpu, peak }, said))
}

/// Lets the disk finish what was written before, so that nobody pays for another's bytes.
fn settle() {
    // Without the command the figures are a little noisier; that is no reason to give up.
    let _ = Command::new("sync").status();
}

/// Whose processor time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// This process's.
    Own,
    /// That of the children that have ended.
    Children,
}

/// Seconds of processor time so far.
pub(crate) fn cpu(whose: Whose) -> Result<f64, Failure> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // The program's name may hold spaces; behind its bracket the fields are numbers, the state being the first.
    let (_, fields) = stat.rsplit_once(')').ok_or("/proc/self/stat is not as expected")?;
    let skipped = if whose == Whose::Own { 11 } else { 13 };
    let ticks = fields.split_whitespace().skip(skipped).take(2).map(str::parse::<f64>);
    Ok(ticks.sum::<Result<f64, _>>()? / TICKS)
}

/// The most bytes that a process has had in memory so far; none when it has ended.
fn high_water(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
