extension UInt64 {
    /// `self · factor / divisor`, rounded down, with a product of 128 bits.
    func scaled(by factor: UInt64, over divisor: UInt64) -> UInt64 {
        let product = multipliedFullWidth(by: factor)
        return divisor.dividingFullWidth((product.high % divisor, product.low)).quotient
    }
}
