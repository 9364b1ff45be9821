package dev.sluice.protocol.tokens;

/**
 * A number of tokens.
 *
 * @param estimated whether the provider may count differently
 */
public record TokenCount(long tokens, boolean estimated) {

    TokenCount plus(TokenCount other) {
        return new TokenCount(tokens + other.tokens, estimated || other.estimated);
    }
}
