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

/// What a byte gives away when it is full. No smaller count has given any.
const CARRIED: u32 = 128;

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
    pub(super) fn add(&mut self, numbers: &[u64]) {
        let Self { low, high, touched } = self;
        let mut carry = |number: u64, count: &mut u8| {
            *high.entry(number as u32).or_default() += 1;
            *count = CARRIED as u8;
        };
        match touched {
            Some(list) => {
                for number in numbers {
                    let Some(count) = low.get_mut(*number as usize) else { continue };
                    match *count {
                        0 => {
                            list.push(*number as u32);
                            *count = 1;
                        }
                        u8::MAX => carry(*number, count),
                        _ => *count += 1,
                    }
                }
                if list.len() > low.len() / LISTED {
                    *touched = None;
                }
            }
            None => {
                for number in numbers {
                    let Some(count) = low.get_mut(*number as usize) else { continue };
                    match *count {
                        u8::MAX => carry(*number, count),
                        _ => *count += 1,
                    }
                }
            }
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
        others.each_low(|number, low| self.add_many(number, u32::from(low)));
        for (number, high) in &others.high {
            *self.high.entry(*number).or_default() += high;
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
        self.each_low(|number, low| {
            let high = if u32::from(low) < CARRIED { None } else { self.high.get(&number) };
            each(number, u32::from(low) + CARRIED * high.copied().unwrap_or_default());
        });
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

    /// The numbers that have a count, with it, in no order.
    pub(super) fn counted(&self) -> Vec<(u32, u32)> {
        let mut all = Vec::new();
        self.each(|number, count| all.push((number, count)));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(tally: &Tally) -> Vec<(u32, u32)> {
        let mut all = tally.counted();
        all.sort_unstable();
        all
    }

    #[test]
    fn counts_may_be_any_and_add_up() {
        let (mut tally, mut other) = (Tally::default(), Tally::default());
        for size in [1000, 8] {
            for tally in [&mut tally, &mut other] {
                tally.reset(size);
                (0..700).for_each(|_| tally.add(&[3, 5]));
                (0..127).for_each(|_| tally.add(&[1]));
                tally.add_many(5, 1000);
                tally.add_many(6, 70_000);
                tally.take_off(3, 1);
            }
            assert_eq!(counted(&tally), [(1, 127), (3, 699), (5, 1700), (6, 70_000)], "of {size}");
            other.add(&[2]);
            tally.add_all(&other);
            assert_eq!(counted(&tally), [(1, 254), (2, 1), (3, 1398), (5, 3400), (6, 140_000)], "of {size}");
            tally.take_off(3, 1390);
            tally.add(&[1, 1, 3]);
            assert_eq!((tally.take(6), tally.take(6), tally.take(5)), (140_000, 0, 3400));
            assert_eq!(counted(&tally), [(1, 256), (2, 1), (3, 9)], "of {size}");
        }
    }

    #[test]
    fn few_and_many_are_counted_alike() {
        let mut tally = Tally::default();
        for size in [1000, 8, 2000] {
            tally.reset(size);
            tally.add(&[3, 7, 3, 5000]);
            assert_eq!(counted(&tally), [(3, 2), (7, 1)], "of {size}");
            tally.add(&[1, 2]);
            tally.add_many(6, 4);
            assert_eq!(counted(&tally), [(1, 1), (2, 1), (3, 2), (6, 4), (7, 1)], "of {size}");
            assert_eq!((tally.take(3), tally.take(3)), (2, 0));
            assert_eq!(counted(&tally), [(1, 1), (2, 1), (6, 4), (7, 1)], "of {size}");
        }
    }
}
