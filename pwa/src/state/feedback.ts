// What the hand and the ear get for a scan: a short high note for good, a low one for not. iOS has no vibration, so the note and
// the flash on the page always come too.

let audio: AudioContext | null = null;

export function feel(good: boolean): void {
  navigator.vibrate?.(good ? 35 : [60, 60, 60]);
  try {
    audio ??= new AudioContext();
    const tone = audio.createOscillator();
    const gain = audio.createGain();
    tone.frequency.value = good ? 1480 : 220;
    gain.gain.setValueAtTime(0.08, audio.currentTime);
    gain.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + (good ? 0.09 : 0.28));
    tone.connect(gain).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + 0.3);
  } catch {
    // Sound is a courtesy; a browser that refuses it changes nothing.
  }
}
