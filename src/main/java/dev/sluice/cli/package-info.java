/** The command line: parses words and flags, prints, and sets exit codes. Nobody imports it. */
package dev.sluice.cli;
