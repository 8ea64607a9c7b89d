// Command keyholder answers one question for people who support survivors of intimate partner
// violence: who holds the keys to this person's devices, accounts and home, and what is the next
// safe step?
package main

func main() {}
