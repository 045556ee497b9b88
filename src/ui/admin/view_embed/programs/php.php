<?php
// Answer GET /audit-token with auditToken(the company's id, the user's id), as plain text, for whoever is signed in.
function auditToken(string $client, string $user): string
{
    $part = fn (string $data): string => rtrim(strtr(base64_encode($data), '+/', '-_'), '=');
    $json = fn (array $value): string => json_encode($value, JSON_THROW_ON_ERROR);
    $now = time();
    $head = ['alg' => 'HS256', 'typ' => 'JWT', 'kid' => '{{kid}}'];
    $claims = ['aud' => 'audit-viewer', 'view' => '{{view}}', 'client' => $client, 'sub' => $user,
        'iat' => $now, 'exp' => $now + 300, 'jti' => bin2hex(random_bytes(16))];
    $signed = $part($json($head)) . '.' . $part($json($claims));
    return $signed . '.' . $part(hash_hmac('sha256', $signed, getenv('AUDIT_SECRET'), true));
}
