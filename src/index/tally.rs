//! Counts by small numbers, at the cost of what is counted and not of how many numbers there are.

use rustc_hash::FxHashMap;

/// Above this share of numbers in use a table is read whole rather than by a list of what was touched: to add up two
/// tables in which a fourth is in use took .6 ms by their lists, a tenth of a page of hits.
const LISTED: usize = 32;

/// A table of counts that knows which of them are not zero.
///
/// Most of a million people stand in few articles: their counts are bytes, so that a second table for a second thread
/// costs little. With four bytes for each, to touch its memory first took 2 ms where a whole answer takes 9.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// The counts, without what was carried over.
    low: Vec<u8>,
    /// How many times [`CARRIED`] was carried over, of those that still have as much beside.
    high: FxHashMap<u32, u32>,
    /// The numbers with a count, until there are so many that a list would not pay.
    touched: Option<Vec<u32>>,
}

/// Counts that are looked at together; no more than a byte can count.
const AT_ONCE: usize = 32;

/// What a byte gives away when it is full. No smaller count has given any.
const CARRIED: u32 = 128;

/// Adds one to a byte that is full.
#[cold]
fn carry(high: &mut FxHashMap<u32, u32>, number: u32, low: &mut u8) {
    *high.entry(number).or_default() += 1;
    *low = CARRIED as u8;
}

impl Tally {
    /// Makes room for numbers below `size`. All counts are zero.
    pub(super) fn reset(&mut self, size: usize) {
        if self.touched.is_none() {
            self.low.fill(0);
        }
        for number in self.touched.get_or_insert_default().drain(..) {
            self.low[number as usize] = 0;
        }
        self.high.clear();
        if self.low.len() < size {
            // A fresh table costs only the pages of it that are touched.
            self.low = vec![0; size];
        }
    }

    /// Adds one for each number; those the table has no room for are passed over.
    pub(super) fn add(&mut self, numbers: impl IntoIterator<Item = u32>) {
        let Self { low, high, touched } = self;
        let numbers = numbers.into_iter();
        match touched {
            Some(list) => {
                numbers.for_each(|number| {
                    let Some(count) = low.get_mut(number as usize) else { return };
                    match *count {
                        0 => {
                            list.push(number);
                            *count = 1;
                        }
                        u8::MAX => carry(high, number, count),
                        _ => *count += 1,
                    }
                });
                if list.len() > low.len() / LISTED {
                    *touched = None;
                }
            }
            None => numbers.for_each(|number| {
                let Some(count) = low.get_mut(number as usize) else { return };
                match count.checked_add(1) {
                    Some(more) => *count = more,
                    None => carry(high, number, count),
                }
            }),
        }
    }

    /// Adds to the count of a number.
    pub(super) fn add_many(&mut self, number: u32, many: u32) {
        let Some(low) = self.low.get_mut(number as usize) else { return };
        if *low == 0
            && many > 0
            && let Some(list) = &mut self.touched
        {
            list.push(number);
            if list.len() > self.low.len() / LISTED {
                self.touched = None;
            }
        }
        self.set(number, u32::from(self.low[number as usize]) + many);
    }

    /// Adds all counts of another table of the same numbers.
    pub(super) fn add_all(&mut self, others: &Self) {
        match others.touched {
            None if self.low.len() == others.low.len() => self.add_table(&others.low),
            _ => others.each_low(|number, low| self.add_many(number, u32::from(low))),
        }
        for (number, high) in &others.high {
            *self.high.entry(*number).or_default() += high;
        }
    }

    /// Adds a table in which many are not zero, [`AT_ONCE`] of them in a few instructions unless one is to be carried.
    fn add_table(&mut self, others: &[u8]) {
        self.touched = None;
        for at in (0..others.len()).step_by(AT_ONCE) {
            let end = (at + AT_ONCE).min(others.len());
            let (own, others) = (&mut self.low[at..end], &others[at..end]);
            // Asked of all of them, which is less work than to stop at the first.
            let full =
                own.iter().zip(others).fold(false, |full, (own, other)| full | (*own > u8::MAX - other));
            if full {
                for (number, other) in (at as u32..).zip(others) {
                    self.set(number, u32::from(self.low[number as usize]) + u32::from(*other));
                }
            } else {
                own.iter_mut().zip(others).for_each(|(own, other)| *own += other);
            }
        }
    }

    /// Takes off what was counted too much; something must be left.
    pub(super) fn take_off(&mut self, number: u32, many: u32) {
        if (number as usize) < self.low.len() {
            let count = self.take(number).saturating_sub(many);
            self.set(number, count);
        }
    }

    /// The count of a number, which is then zero.
    pub(super) fn take(&mut self, number: u32) -> u32 {
        let low = self.low.get_mut(number as usize).map_or(0, std::mem::take);
        let high = if u32::from(low) < CARRIED { None } else { self.high.remove(&number) };
        u32::from(low) + CARRIED * high.unwrap_or_default()
    }

    /// Sets what was not carried over of a count.
    fn set(&mut self, number: u32, count: u32) {
        let carried = match count > u32::from(u8::MAX) {
            true => count / CARRIED - 1,
            false => 0,
        };
        self.low[number as usize] = (count - carried * CARRIED) as u8;
        if carried > 0 {
            *self.high.entry(number).or_default() += carried;
        }
    }

    /// Calls `each` with the numbers that have a count, and with it, in no order.
    pub(super) fn each(&self, mut each: impl FnMut(u32, u32)) {
        self.each_low(|number, low| each(number, self.count(number, low)));
    }

    /// The count of a number of which `low` was not carried over.
    fn count(&self, number: u32, low: u8) -> u32 {
        let high = if u32::from(low) < CARRIED { None } else { self.high.get(&number) };
        u32::from(low) + CARRIED * high.copied().unwrap_or_default()
    }

    fn each_low(&self, mut each: impl FnMut(u32, u8)) {
        let mut counted = |number: u32, low: u8| {
            if low > 0 {
                each(number, low);
            }
        };
        match &self.touched {
            Some(list) => list.iter().for_each(|number| counted(*number, self.low[*number as usize])),
            None => {
                // Where most are zero, eight of them are one comparison.
                for (at, some) in self.low.chunks(8).enumerate().filter(|(_, some)| *some != [0; 8]) {
                    some.iter().zip(at as u32 * 8..).for_each(|(low, number)| counted(number, *low));
                }
            }
        }
    }

    /// Calls `each` with numbers that have a count of at least `least`, and with it, in no order; it answers which count
    /// is the least to go on with, and numbers with fewer may be passed over. Returns how many have at least `least`.
    ///
    /// Of a hundred thousand people in a few articles each, some hundred come near the first ten.
    pub(super) fn greatest(&self, least: u32, mut each: impl FnMut(u32, u32) -> u32) -> u64 {
        let (least, mut all, mut wanted) = (least.max(1), 0, least);
        let mut offer = |number: u32, count: u32, wanted: &mut u32| {
            if count >= *wanted {
                *wanted = each(number, count).max(least);
            }
        };
        let (None, true) = (&self.touched, least < CARRIED) else {
            self.each(|number, count| {
                all += u64::from(count >= least);
                offer(number, count, &mut wanted);
            });
            return all;
        };
        for (at, some) in self.low.chunks(AT_ONCE).enumerate() {
            // A count that is carried keeps so much beside.
            let near = wanted.min(CARRIED) as u8;
            let counted = |from: u8| some.iter().map(|low| u8::from(*low >= from)).sum::<u8>();
            all += u64::from(counted(least as u8));
            if counted(near) > 0 {
                for (number, low) in ((at * AT_ONCE) as u32..).zip(some).filter(|(_, low)| **low >= near) {
                    offer(number, self.count(number, *low), &mut wanted);
                }
            }
        }
        all
    }

    /// The numbers that have a count, with it, in no order.
    pub(super) fn counted(&self) -> Vec<(u32, u32)> {
        let mut all = Vec::new();
        self.each(|number, count| all.push((number, count)));
        all
    }

    /// The same in order.
    #[cfg(test)]
    pub(super) fn sorted(&self) -> Vec<(u32, u32)> {
        let mut all = self.counted();
        all.sort_unstable();
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_may_be_any_and_add_up() {
        let (mut tally, mut other) = (Tally::default(), Tally::default());
        for size in [1000, 8] {
            for tally in [&mut tally, &mut other] {
                tally.reset(size);
                (0..700).for_each(|_| tally.add([3, 5]));
                (0..127).for_each(|_| tally.add([1]));
                tally.add_many(5, 1000);
                tally.add_many(6, 70_000);
                tally.take_off(3, 1);
            }
            assert_eq!(tally.sorted(), [(1, 127), (3, 699), (5, 1700), (6, 70_000)], "of {size}");
            other.add([2]);
            tally.add_all(&other);
            assert_eq!(tally.sorted(), [(1, 254), (2, 1), (3, 1398), (5, 3400), (6, 140_000)], "of {size}");
            tally.take_off(3, 1390);
            tally.add([1, 1, 3]);
            assert_eq!((tally.take(6), tally.take(6), tally.take(5)), (140_000, 0, 3400));
            assert_eq!(tally.sorted(), [(1, 256), (2, 1), (3, 9)], "of {size}");
        }
    }

    /// Counts of numbers that are few or many, small or carried over.
    fn some(size: usize, every: usize) -> Tally {
        let mut tally = Tally::default();
        tally.reset(size);
        for number in (0..size).step_by(every) {
            let count = [1, 2, 127, 128, 129, 254, 255, 256, 1000][number % 9];
            (0..count).for_each(|_| tally.add([number as u32]));
        }
        tally
    }

    #[test]
    fn tables_add_up_as_their_counts_do() {
        for (size, every, others) in [(1000, 1, 2), (1000, 2, 1), (77, 1, 1), (1000, 1, 900), (1000, 900, 1)]
        {
            let (mut tally, other) = (some(size, every), some(size, others));
            let mut sums = std::collections::BTreeMap::new();
            for (number, count) in tally.counted().into_iter().chain(other.counted()) {
                *sums.entry(number).or_default() += count;
            }
            tally.add_all(&other);
            assert_eq!(tally.sorted(), Vec::from_iter(sums), "{size} {every} {others}");
        }
    }

    #[test]
    fn the_greatest_are_all_that_are_wanted() {
        for (size, every) in [(1000, 1), (33, 1), (1000, 7), (1000, 300)] {
            let tally = some(size, every);
            for least in [0, 1, 2, 128, 130, 300, 5000] {
                let expected: Vec<_> =
                    tally.sorted().into_iter().filter(|(_, count)| *count >= least).collect();
                let mut all = Vec::new();
                let number = tally.greatest(least, |number, count| {
                    all.push((number, count));
                    0
                });
                all.sort_unstable();
                assert_eq!(
                    (number as usize, all),
                    (expected.len(), expected.clone()),
                    "{size} {every} {least}"
                );
                // One that asks for no less than the greatest so far meets it, and whatever equals it from there on.
                let mut best = (0, 0);
                let number = tally.greatest(least, |number, count| {
                    assert!(count >= best.0);
                    best = best.max((count, number));
                    best.0
                });
                let greatest = expected.iter().map(|(_, count)| *count).max().unwrap_or_default();
                assert_eq!((number as usize, best.0), (expected.len(), greatest), "{size} {every} {least}");
            }
        }
    }

    #[test]
    fn few_and_many_are_counted_alike() {
        let mut tally = Tally::default();
        for size in [1000, 8, 2000] {
            tally.reset(size);
            tally.add([3, 7, 3, 5000]);
            assert_eq!(tally.sorted(), [(3, 2), (7, 1)], "of {size}");
            tally.add([1, 2]);
            tally.add_many(6, 4);
            assert_eq!(tally.sorted(), [(1, 1), (2, 1), (3, 2), (6, 4), (7, 1)], "of {size}");
            assert_eq!((tally.take(3), tally.take(3)), (2, 0));
            assert_eq!(tally.sorted(), [(1, 1), (2, 1), (6, 4), (7, 1)], "of {size}");
        }
    }
}
