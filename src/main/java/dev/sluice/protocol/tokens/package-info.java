/**
 * How many tokens a text or a conversation has, before anybody was asked: exact for OpenAI's models, whose vocabularies
 * are public, and an estimate that says so for all others. For admission and for answers that came without their usage;
 * bills are made from what providers report.
 */
package dev.sluice.protocol.tokens;
