//! Counts by small numbers, at the cost of what is counted and not of how many numbers there are.

/// Above this share of numbers in use a table is read whole rather than by a list of what was touched.
const LISTED: usize = 4;

/// A table of counts that knows which of them are not zero.
#[derive(Debug, Default)]
pub(super) struct Tally {
    counts: Vec<u32>,
    /// The numbers with a count, until there are so many that a list would not pay.
    touched: Option<Vec<u32>>,
}

impl Tally {
    /// Makes room for numbers below `size`. All counts are zero.
    pub(super) fn reset(&mut self, size: usize) {
        if self.touched.is_none() {
            self.counts.fill(0);
        }
        for number in self.touched.get_or_insert_default().drain(..) {
            self.counts[number as usize] = 0;
        }
        if self.counts.len() < size {
            // A fresh table costs only the pages of it that are touched.
            self.counts = vec![0; size];
        }
    }

    /// Adds one for each number; those the table has no room for are passed over.
    pub(super) fn add(&mut self, numbers: &[u64]) {
        let Self { counts, touched } = self;
        match touched {
            Some(list) => {
                for number in numbers {
                    let Some(count) = counts.get_mut(*number as usize) else { continue };
                    if *count == 0 {
                        list.push(*number as u32);
                    }
                    *count += 1;
                }
                if list.len() > counts.len() / LISTED {
                    *touched = None;
                }
            }
            None => {
                for number in numbers {
                    if let Some(count) = counts.get_mut(*number as usize) {
                        *count += 1;
                    }
                }
            }
        }
    }

    /// Adds to the count of a number.
    pub(super) fn add_many(&mut self, number: u32, many: u32) {
        let Some(count) = self.counts.get_mut(number as usize) else { return };
        if *count == 0
            && many > 0
            && let Some(list) = &mut self.touched
        {
            list.push(number);
            if list.len() > self.counts.len() / LISTED {
                self.touched = None;
            }
        }
        if let Some(count) = self.counts.get_mut(number as usize) {
            *count += many;
        }
    }

    /// Takes off what was counted too much; something must be left.
    pub(super) fn take_off(&mut self, number: u32, many: u32) {
        if let Some(count) = self.counts.get_mut(number as usize) {
            *count = count.saturating_sub(many);
        }
    }

    /// The count of a number, which is then zero.
    pub(super) fn take(&mut self, number: u32) -> u32 {
        self.counts.get_mut(number as usize).map_or(0, std::mem::take)
    }

    /// Calls `each` with the numbers that have a count, and with it, in no order.
    pub(super) fn each(&self, mut each: impl FnMut(u32, u32)) {
        let mut counted = |number: u32, count: u32| {
            if count > 0 {
                each(number, count);
            }
        };
        match &self.touched {
            Some(list) => list.iter().for_each(|number| counted(*number, self.counts[*number as usize])),
            None => {
                self.counts.iter().enumerate().for_each(|(number, count)| counted(number as u32, *count));
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
