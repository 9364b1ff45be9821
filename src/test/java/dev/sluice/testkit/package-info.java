/** What tests of several packages share: upstreams that misbehave for real, and clients that see every byte. */
package dev.sluice.testkit;
