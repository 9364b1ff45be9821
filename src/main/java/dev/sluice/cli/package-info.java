/** The command line: parses arguments, prints results and sets exit codes. No package imports it. */
package dev.sluice.cli;
